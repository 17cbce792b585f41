// What a notebook loads; it lies beside these assemblies once they are built. notebooks/start.csx leads here.
#r "TorchSharp.dll"
#r "MnistCnn.dll"
#r "MnistCnn.Training.dll"
#r "MnistCnn.Callbacks.dll"
#r "MnistCnn.Lab.dll"
#r "MnistCnn.Browser.dll"
#r "MnistCnn.Course.dll"
#r "MnistCnn.Notebook.dll"
