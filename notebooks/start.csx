// What the notebooks load: the library as `dotnet build` leaves it. The text of the next line is what a kernel says in place of
// this file's name if it is not there.
#line 1 "The library is not built. Run `dotnet build` at the root of the repository, then this cell again. start.csx"
#load "../src/MnistCnn.Notebook/bin/Release/net8.0/references.csx"
