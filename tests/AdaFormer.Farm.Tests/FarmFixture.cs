using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AdaFormer.Batch;
using AdaFormer.Files;
using AdaFormer.Imaging;
using AdaFormer.Imaging.Png;
using AdaFormer.Tests;

namespace AdaFormer.Farm.Tests;

/// <summary>What the farm's tests share: one broker for all, pictures, and the command as processes of its own.</summary>
public abstract class FarmFixture : IDisposable
{
    internal const int SigTerm = 15;
    private static Broker? _shared;

    internal AdaFormerProcess Adaformer { get; } = new();

    public TestContext TestContext { get; set; } = null!;

    /// <summary>Each test has a queue of its own.</summary>
    protected string Queue => TestContext.TestName!;

    internal static Broker Shared => _shared ??= new Broker();

    protected FarmOptions Options => Shared.Options(Queue);

    public virtual void Dispose()
    {
        Adaformer.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static void StopShared() => _shared?.Dispose();

    [DllImport("libc", EntryPoint = "kill")]
    internal static extern int Signal(int process, int signal);

    protected static int Number(string variable, int otherwise) => int.Parse(Environment.GetEnvironmentVariable(variable) ?? $"{otherwise}", CultureInfo.InvariantCulture);

    protected string[] Farm(string verb, params string[] arguments) => ["farm", verb, .. arguments, "--broker", Shared.Address, "--queue", Queue];

    internal (int Code, string Output, string Error) Run(string verb, params string[] arguments) => Adaformer.Run(Farm(verb, arguments));

    protected void Put(string folder, int index, int width, int height)
    {
        Directory.CreateDirectory(Adaformer[folder]);
        using var file = File.Create(Adaformer[$"{folder}/{index}.png"]);
        PngFile.Save(Noise(index, width, height), file);
    }

    protected static Picture Noise(int seed, int width, int height)
    {
        var picture = new Picture(width, height, PixelLayout.Rgb);
        var random = new Random(seed);
        for (var y = 0; y < height; y++)
            random.NextBytes(picture.Row8(y));
        return picture;
    }

    /// <summary>Name and SHA-256 of every output.</summary>
    protected Dictionary<string, string> Hashes(string folder) => Directory.GetFiles(Adaformer[folder], "*.png")
        .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));

    /// <summary>What one process makes.</summary>
    protected Dictionary<string, string> Expected(string input, string folder)
    {
        var (code, _, error) = Adaformer.Run("batch", input, folder, "--threads", "1");
        Assert.AreEqual(0, code, error);
        return Hashes(folder);
    }

    protected BatchPlan Plan(string output) => BatchPlan.Make(BatchInputs.Find(Adaformer["in"], new PictureReader()), Adaformer[output], TargetSize.Scaled(4));
}

/// <summary>Stops the broker when all tests are done.</summary>
[TestClass]
public static class AllTests
{
    [AssemblyCleanup]
    public static void Stop() => FarmFixture.StopShared();
}
