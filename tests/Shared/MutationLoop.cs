using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace AdaFormer.Tests;

/// <summary>
/// Reads damaged files for some seconds. Each must be read or refused by its own exception, soon, and without memory that the file does
/// not account for. What breaks that is kept as a file in artifacts/finds: mend the reader, and move the file to tests/fixtures/hostile,
/// whose files every run reads again.
/// </summary>
/// <remarks>ADAFORMER_FUZZ_SECONDS makes every loop run that long, with another seed each time (or that of ADAFORMER_FUZZ_SEED).</remarks>
internal sealed class MutationLoop(string format, Action<byte[]> read, params Type[] refusals)
{
    private const int PatienceInTenths = 200;
    private long _number;
    private volatile byte[] _file = [];

    /// <summary>The most that the thread may allocate for one file.</summary>
    public long MaximumBytes { get; init; } = 64 << 20;

    /// <summary>Makes checksums and lengths right again.</summary>
    public Func<byte[], byte[]>? Repair { get; init; }

    /// <summary>The files of the format that are kept.</summary>
    public static IEnumerable<string> Kept(string format) =>
        Directory.Exists(TestData.Fixture("hostile", format)) ? Directory.EnumerateFiles(TestData.Fixture("hostile", format)).Order(StringComparer.Ordinal) : [];

    /// <summary>Reads the kept files.</summary>
    /// <returns>How many there are.</returns>
    public int Replay()
    {
        var count = 0;
        foreach (var path in Kept(format))
        {
            Assert.IsNull(OnItsThread(() => Complaint(File.ReadAllBytes(path)), path), path);
            count++;
        }

        return count;
    }

    /// <summary>Damages and reads files for <paramref name="seconds"/> seconds.</summary>
    public void Run(IEnumerable<byte[]> files, double seconds)
    {
        Settle(ref seconds, out var seed);
        var mutator = new Mutator([.. files, .. Kept(format).Select(File.ReadAllBytes)], seed, Repair);
        var clock = Stopwatch.StartNew();
        var slowest = TimeSpan.Zero;
        var find = OnItsThread(
            () =>
            {
                for (; clock.Elapsed.TotalSeconds < seconds; Interlocked.Increment(ref _number))
                {
                    _file = mutator.File((int)_number);
                    var start = clock.Elapsed;
                    if (Complaint(_file) is { } complaint)
                        return complaint;
                    if (clock.Elapsed - start > slowest)
                        slowest = clock.Elapsed - start;
                }

                return null;
            },
            $"file {_number} of seed {seed}");
        Console.WriteLine($"{format}: {_number} files in {clock.Elapsed.TotalSeconds:F1} s, the slowest in {slowest.TotalMilliseconds:F0} ms, seed {seed}");
        if (find is not null)
            Assert.Fail($"{format}, file {_number} of seed {seed}, kept as {Keep(_file)}: {find}");
        Assert.IsGreaterThan(0, _number);
    }

    /// <summary>Keeps a file, and says where.</summary>
    public string Keep(byte[] file)
    {
        var folder = Directory.CreateDirectory(Path.Combine(TestData.Repository, "artifacts", "finds", format)).FullName;
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(file))[..12] + "." + format);
        File.WriteAllBytes(path, file);
        return path;
    }

    /// <summary>How long a loop runs, and with which seed: as given here, or by the environment.</summary>
    public static void Settle(ref double seconds, out int seed)
    {
        seed = 1;
        if (Environment.GetEnvironmentVariable("ADAFORMER_FUZZ_SECONDS") is not { } wanted)
            return;
        seconds = double.Parse(wanted, CultureInfo.InvariantCulture);
        seed = int.Parse(Environment.GetEnvironmentVariable("ADAFORMER_FUZZ_SEED") ?? $"{Random.Shared.Next(1_000_000)}", CultureInfo.InvariantCulture);
    }

    private string? Complaint(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(file);
        }
        catch (Exception exception) when (refusals.Contains(exception.GetType()))
        {
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated > MaximumBytes ? $"it took {allocated:N0} bytes of memory for a file of {file.Length:N0}" : null;
    }

    // Its patience is counted in turns of its own, so that a machine that stands still is not taken for a hang.
    private string? OnItsThread(Func<string?> work, string what)
    {
        string? complaint = null;
        var thread = new Thread(() => complaint = work()) { IsBackground = true };
        thread.Start();
        for (var (turns, last) = (0, -1L); !thread.Join(100);)
        {
            var number = Interlocked.Read(ref _number);
            turns = number == last ? turns + 1 : 0;
            last = number;
            if (turns > PatienceInTenths)
                Assert.Fail($"{format}, {what}, kept as {Keep(_file)}: the reader hangs");
        }

        return complaint;
    }
}
