using System.Diagnostics;
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

    protected void Put(string folder, int index, int width, int height, PixelLayout layout = PixelLayout.Rgb, int bitDepth = 8)
    {
        Directory.CreateDirectory(Adaformer[folder]);
        using var file = File.Create(Adaformer[$"{folder}/{index}.png"]);
        PngFile.Save(Noise(index, width, height, layout, bitDepth), file);
    }

    protected static Picture Noise(int seed, int width, int height, PixelLayout layout = PixelLayout.Rgb, int bitDepth = 8)
    {
        var picture = new Picture(width, height, layout, bitDepth);
        var random = new Random(seed);
        for (var y = 0; y < height; y++)
            random.NextBytes(bitDepth == 8 ? picture.Row8(y) : MemoryMarshal.AsBytes(picture.Row16(y)));
        return picture;
    }

    /// <summary>The strips that are left in an output folder.</summary>
    protected string[] StripsIn(string folder) =>
        Directory.Exists(Adaformer[$"{folder}/.adaformer-batch/strips"]) ? Directory.GetFileSystemEntries(Adaformer[$"{folder}/.adaformer-batch/strips"], "*", SearchOption.AllDirectories) : [];

    /// <summary>Null while the broker cannot say.</summary>
    private async Task<FarmStatus?> TryStatusAsync()
    {
        try
        {
            return await StatusAsync();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Name and SHA-256 of every output.</summary>
    protected Dictionary<string, string> Hashes(string folder) => Directory.GetFiles(Adaformer[folder])
        .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));

    /// <summary>What one process makes.</summary>
    protected Dictionary<string, string> Expected(string input, string folder, params string[] options)
    {
        var (code, _, error) = Adaformer.Run(["batch", input, folder, "--threads", "1", .. options]);
        Assert.AreEqual(0, code, error);
        return Hashes(folder);
    }

    private protected Workers Workers(int count) => new(() => Adaformer.Start(Farm("work", "--parallel", "1", "--threads", "1")), line => TestContext.WriteLine(line), count);

    /// <summary>What the farm says as soon as it says what is waited for.</summary>
    protected FarmStatus WaitFor(Func<FarmStatus, bool> until, Stopwatch clock, TimeSpan patience)
    {
        while (true)
        {
            var status = TryStatusAsync().GetAwaiter().GetResult();
            if (status is not null && until(status))
                return status;
            Assert.IsTrue(clock.Elapsed < patience, $"it takes too long: {status}");
            Thread.Sleep(100);
        }
    }

    protected async Task<FarmStatus> StatusAsync()
    {
        await using var client = await FarmClient.OpenAsync(Options);
        return await client.StatusAsync();
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
