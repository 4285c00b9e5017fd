using Microsoft.Playwright;

namespace AdaFormer.Tests;

/// <summary>The browser: Debian's Chromium, or what ADAFORMER_CHROMIUM names. Playwright's own download is not needed.</summary>
internal static class Chromium
{
    public const string Missing = "Needs Chromium: apt-get install -y chromium, or set ADAFORMER_CHROMIUM to the program of another Chromium or Chrome.";

    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>The program; null where there is none.</summary>
    public static string? Path { get; } = Environment.GetEnvironmentVariable("ADAFORMER_CHROMIUM") ?? Places.FirstOrDefault(File.Exists);

    public static Task<IBrowser> StartAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Path, Args = ["--no-sandbox", "--disable-gpu"] });
}

/// <summary>Skips tests where there is no Chromium.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequiresChromiumAttribute : ConditionBaseAttribute
{
    public RequiresChromiumAttribute() : base(ConditionMode.Include) => IgnoreMessage = Chromium.Missing;

    public override string GroupName => nameof(RequiresChromiumAttribute);

    public override bool IsConditionMet => Chromium.Path is not null;
}
