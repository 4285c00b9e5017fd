using AdaFormer.Benchmarks;

var benchmarks = Benchmarks.All();
return args is [var name, ..] && benchmarks.TryGetValue(name, out var run) ? run(args[1..]) : Usage();

static int Usage()
{
    Console.Error.WriteLine(
        """
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- halting [PICTURE.png,...] [MODEL.onnx] [CHART.svg]
          time of the transformer body against the share of tokens kept, over the halting threshold
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- speed [PRESET] [SIDES] [PICTURES]
          time of a network against its convolutions alone, dense and halting; sides such as 128,256, PICTURES a folder of PNG
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- start-up [MODEL.onnx]
          time to a session and through its first run, the model as exported and as ONNX Runtime's optimizer left it
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- parts [--filter *Png*]
          what surrounds the network, piece by piece, by BenchmarkDotNet and with its options
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- int8 PRESET|WEIGHTS SIDE [PICTURE.png]
          time of a whole network in FP32 and in INT8, over the halting threshold
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- int8-blocks CHANNELS SIDE
          time of residual blocks in FP32 and in several forms of INT8
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- batch [PICTURE.png]
          pictures per second with one file at a time and with several, over sizes
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- soak [MINUTES] [PICTURE.png]
          memory and handles of a long batch, over time
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- tiling PICTURES [WIDTH]
          what tiles cost against the whole picture, over their size and overlap; PICTURES a folder of large pictures, made WIDTH wide
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- repeat PICTURE.png WIDTH HEIGHT OUTPUT.png
          a large picture for other measurements, made by repeating a small one
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- mlnet [SIDE]
          time of the ML.NET transform against that of its ONNX session with the same pixels
        """);
    return 2;
}
