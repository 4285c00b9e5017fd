using System.Diagnostics;

namespace AdaFormer.Tests;

/// <summary>`adaformer serve`, as a user starts it.</summary>
[TestClass]
public class ServeCommandTests
{
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "Sends SIGINT by `kill`.")]
    public async Task ItServesThePageUntilItIsInterrupted()
    {
        using var command = new AdaFormerProcess();
        using var process = command.Start("serve", "--port", "0");
        var line = await process.StandardOutput.ReadLineAsync() ?? await process.StandardError.ReadToEndAsync();
        var address = line.Split(' ')[0];
        using var client = new HttpClient();

        Assert.Contains("<title>AdaFormer</title>", await client.GetStringAsync(address));

        using var interrupt = Process.Start("kill", ["-INT", $"{process.Id}"]);
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(30)), "It goes on.");
        Assert.AreEqual(0, process.ExitCode);
        Assert.AreEqual("", await process.StandardError.ReadToEndAsync());
    }

    [TestMethod]
    public async Task APortThatIsTakenIsOneLine()
    {
        await using var other = await TestService.StartAsync();
        using var command = new AdaFormerProcess();

        var (code, _, error) = command.Run("serve", "--port", $"{other.Server.Address.Port}");

        Assert.AreEqual(1, code);
        Assert.Contains("address already in use", error);
        Assert.HasCount(1, error.Trim().Split('\n'));
    }

    [TestMethod]
    [DataRow("--port", "70000", "0 to 65535")]
    [DataRow("--address", "nowhere", "127.0.0.1")]
    [DataRow("--at-work", "0", "at least 1")]
    [DataRow("--model", "missing.onnx", "no model file")]
    public void WhatIsNotValidIsSaid(string option, string value, string says)
    {
        using var command = new AdaFormerProcess();

        var (code, _, error) = command.Run("serve", option, value);

        Assert.IsGreaterThan(0, code);
        Assert.Contains(says, error);
    }
}
