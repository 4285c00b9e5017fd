using System.CommandLine;
using System.CommandLine.Help;
using AdaFormer.Programs;
using AdaFormer.Research.Commands;

return await ConsoleProgram.RunAsync(
    new Command("adaformer-research", "Measures the contribution of AdaFormer's parts, whether halting pays off, and where a second model should work.")
    {
        new HelpOption(),
        new VersionOption(),
        AblateCommand.Create(),
        HaltingCommand.Create(),
        OrdersCommand.Create(),
    },
    args);
