using System.Diagnostics;
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using AdaFormer.Tests;

namespace AdaFormer.Cli.Tests;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class MemoryTests
{
    private const int Width = 1920, Height = 1080;

    [TestMethod]
    public void R4_AnEightKPictureStaysWithinItsMemoryBudget()
    {
        // 33 megapixels of 16 bits and three channels: the result alone has 199 MB. With everything halted the network is fast.
        using var adaformer = new AdaFormerProcess();
        const int budget = 60, slack = 150;
        WriteGradient(adaformer["in.png"]);

        using var process = adaformer.Start("upscale", "in.png", "-o", "out.png", "-t", "-1", "--memory", $"{budget}MB");
        var peak = PeakMemory(process);

        Assert.AreEqual(0, process.ExitCode, process.StandardError.ReadToEnd());
        Assert.IsLessThan((budget + slack) * 1e6, peak, $"{peak / 1e6:F0} MB");
        using var result = new PictureReader().Open(adaformer["out.png"]);
        Assert.AreEqual((4 * Width, 4 * Height, PixelLayout.Rgb, 16), (result.Info.Width, result.Info.Height, result.Info.Layout, result.Info.BitDepth));
    }

    private static void WriteGradient(string path)
    {
        using var stream = File.Create(path);
        using var writer = new PngWriter(stream, Width, Height, PixelLayout.Rgb, 16);
        var row = new ushort[3 * Width];
        for (var y = 0; y < Height; y++)
        {
            for (var index = 0; index < row.Length; index++)
                row[index] = (ushort)((index * 4) + (y * 16));
            writer.WriteRow(row);
        }

        writer.Complete();
    }

    private static long PeakMemory(Process process)
    {
        var peak = 0L;
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(20)))
        {
            process.Refresh();
            try
            {
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It ended just now.
            }
        }

        return peak;
    }
}
