using AdaFormer.Tests;

namespace AdaFormer.Research.Tests;

[TestClass]
public sealed class ProgramTests
{
    [TestMethod]
    public void HelpNamesTheCommands()
    {
        using var program = new AdaFormerProcess("AdaFormer.Research.dll");
        var help = program.Run("--help").Output;
        Assert.Contains("ablate", help);
        Assert.Contains("halting", help);
    }
}
