using System.Diagnostics;
using AdaFormer.Imaging;

namespace AdaFormer.Benchmarks;

/// <summary>Whether tiles are faster several at a time: four squares of each picture, one by one and in one run, in turns.</summary>
internal static class TileBatches
{
    private const int Batch = 4;
    private const int Rounds = 9;

    public static void Run(UpscalingModel model, Picture[] pictures, float threshold)
    {
        Console.WriteLine("\n| four tiles of | one by one, ms | in one run, ms | median ratio |\n|---:|---:|---:|---:|");
        foreach (var side in new[] { 64, 128, 256 })
        {
            var tensors = pictures.SelectMany(picture => Squares(BicubicResampler.Downscale(picture, model.Description.Scale), side)).Take(Batch).ToArray();
            float[] batch = [.. tensors.SelectMany(tensor => tensor)];
            var (single, together) = (new double[Rounds], new double[Rounds]);
            for (var round = 0; round < Rounds; round++)
            {
                single[round] = Milliseconds(() =>
                {
                    foreach (var tensor in tensors)
                        model.RunInPlace(tensor, 1, side, side, threshold, default).Dispose();
                });
                together[round] = Milliseconds(() => model.RunInPlace(batch, Batch, side, side, threshold, default).Dispose());
            }

            Console.WriteLine($"| {side} | {single.Min():F0} | {together.Min():F0} | {together.Zip(single, (a, b) => a / b).Order().ElementAt(Rounds / 2):F2} |");
        }
    }

    // From the middle of a picture's quarters.
    private static IEnumerable<float[]> Squares(Picture picture, int side) =>
        from quarter in Enumerable.Range(0, 4)
        let x = Math.Min(picture.Width - side, (picture.Width * (1 + (2 * (quarter % 2))) / 4) - (side / 2))
        let y = Math.Min(picture.Height - side, (picture.Height * (1 + (2 * (quarter / 2))) / 4) - (side / 2))
        select PixelTensor.Read(new PictureBand(picture, 0), new Tile(Math.Max(0, x), Math.Max(0, y), side, side, x, y, side, side));

    private static double Milliseconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalMilliseconds;
    }
}
