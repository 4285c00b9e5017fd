using AdaFormer.Benchmarks;

return args is ["halting", ..] ? HaltingBenchmark.Run(args[1..]) : Usage();

static int Usage()
{
    Console.Error.WriteLine(
        """
        usage: dotnet run -c Release --project bench/AdaFormer.Benchmarks -- halting [PICTURE.png] [MODEL.onnx]
          time of the transformer body against the share of tokens kept, over the halting threshold
        """);
    return 2;
}
