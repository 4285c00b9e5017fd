using AdaFormer.Cli;

return await CommandLine.RunAsync(args);
