using System.CommandLine;
using System.CommandLine.Help;
using AdaFormer.Programs;
using AdaFormer.Training.Commands;

return await ConsoleProgram.RunAsync(
    new Command("adaformer-training", "Trains networks for AdaFormer.")
    {
        new HelpOption(),
        new VersionOption(),
        TrainCommand.Create(),
    },
    args);
