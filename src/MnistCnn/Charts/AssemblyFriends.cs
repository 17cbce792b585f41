using System.Runtime.CompilerServices;

// The drawing side shares the contract, not the public face of the library.
[assembly: InternalsVisibleTo("MnistCnn.Plotly")]
