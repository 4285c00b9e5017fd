using System.Diagnostics;
using System.Globalization;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests;

if (args is not [TestHost.FreshProcess, ..])
    return await TestHost.RunAsync(args);
args = args[1..];

// The fresh process of PixelLimitTests: reads a picture of at most so many pixels, and says what became of it, after how many milliseconds, and the most memory that
// this process had in MB before and after.
var reader = PictureFormats.Reader(long.Parse(args[1], CultureInfo.InvariantCulture));
var (before, outcome, clock) = (Peak(), "read", Stopwatch.StartNew());
try
{
    reader.Read(args[0]);
}
catch (PictureFormatException exception)
{
    outcome = exception.Message;
}

var milliseconds = clock.ElapsedMilliseconds;
Console.WriteLine($"{milliseconds}\n{before}\n{Peak()}\n{outcome}");
return 0;

static long Peak()
{
    using var process = Process.GetCurrentProcess();
    return process.PeakWorkingSet64 >> 20;
}
