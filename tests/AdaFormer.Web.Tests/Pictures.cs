using AdaFormer.Imaging;

namespace AdaFormer.Tests;

/// <summary>Compares pictures.</summary>
internal static class Pictures
{
    public static void AssertEqual(Picture expected, Picture actual)
    {
        Assert.AreEqual((expected.Width, expected.Height, expected.Layout, expected.BitDepth), (actual.Width, actual.Height, actual.Layout, actual.BitDepth));
        for (var y = 0; y < expected.Height; y++)
        {
            for (var x = 0; x < expected.Width; x++)
            {
                for (var channel = 0; channel < expected.Channels; channel++)
                    Assert.AreEqual(expected[x, y, channel], actual[x, y, channel], $"({x}, {y}), channel {channel}");
            }
        }
    }
}
