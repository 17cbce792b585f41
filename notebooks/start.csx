// What the notebooks load: the library as `dotnet build` leaves it, and TorchSharp.
#r "../src/MnistCnn.Notebook/bin/Release/net8.0/TorchSharp.dll"
#r "../src/MnistCnn.Notebook/bin/Release/net8.0/MnistCnn.dll"
#r "../src/MnistCnn.Notebook/bin/Release/net8.0/MnistCnn.Training.dll"
#r "../src/MnistCnn.Notebook/bin/Release/net8.0/MnistCnn.Lab.dll"
#r "../src/MnistCnn.Notebook/bin/Release/net8.0/MnistCnn.Course.dll"
#r "../src/MnistCnn.Notebook/bin/Release/net8.0/MnistCnn.Notebook.dll"
