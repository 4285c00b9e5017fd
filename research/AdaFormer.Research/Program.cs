using System.CommandLine;
using System.CommandLine.Help;
using AdaFormer.Programs;
using AdaFormer.Research.Commands;

return await ConsoleProgram.RunAsync(
    new Command("adaformer-research", "Measures the contribution of AdaFormer's parts, and whether halting pays off.")
    {
        new HelpOption(),
        new VersionOption(),
        AblateCommand.Create(),
        HaltingCommand.Create(),
    },
    args);
