using System.CommandLine;
using System.CommandLine.Help;
using AdaFormer.Programs;
using AdaFormer.Research.Commands;

return await ConsoleProgram.RunAsync(
    new Command("adaformer-research", "Measures what AdaFormer's parts are worth, and whether halting pays.")
    {
        new HelpOption(),
        new VersionOption(),
        AblateCommand.Create(),
        HaltingCommand.Create(),
    },
    args);
