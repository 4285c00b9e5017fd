namespace AdaFormer;

/// <summary>How areas fade into what is around them, so that their borders do not show.</summary>
/// <param name="plan">What is refined.</param>
/// <param name="width">Width of the picture in pixels.</param>
/// <param name="height">Height of the picture in pixels.</param>
/// <param name="scale">How many times larger the result is.</param>
internal sealed class AreaFade(RefinementPlan plan, int width, int height, int scale)
{
    /// <summary>Input pixels on each side of an area's border over which it fades in.</summary>
    public const int Reach = 1;

    /// <summary>The weights of an area's columns or rows in the result: from 0 to 1 across each border, but for those of the picture and the strip.</summary>
    /// <param name="start">The area's first column or row.</param>
    /// <param name="length">Number of its columns or rows.</param>
    /// <param name="coreStart">The first column or row that gets a weight.</param>
    /// <param name="coreLength">Number of those.</param>
    /// <param name="size">The picture's width or height.</param>
    /// <param name="from">The strip's first row.</param>
    /// <param name="to">The row after its last.</param>
    public float[] Weights(int start, int length, int coreStart, int coreLength, int size, int from = 0, int to = int.MaxValue)
    {
        var weights = new float[coreLength * scale];
        for (var i = 0; i < weights.Length; i++)
        {
            var place = coreStart + ((i + 0.5f) / scale);
            var before = start == 0 || start == from ? 1 : (place - (start - Reach)) / (2 * Reach);
            var after = start + length >= Math.Min(size, to) ? 1 : (start + length + Reach - place) / (2 * Reach);
            weights[i] = Math.Clamp(before, 0, 1) * Math.Clamp(after, 0, 1);
        }

        return weights;
    }

    /// <summary>The weights of a row near a border of the strip where the picture goes on: an area fades out before it, unless it goes on beyond.</summary>
    /// <param name="strip">The strip.</param>
    /// <param name="row">The row of the result.</param>
    /// <param name="left">The column of the result that gets the first weight.</param>
    /// <param name="edge">Receives the weights.</param>
    /// <returns>Whether the row is near a border; otherwise all weights are 1.</returns>
    public bool AtEdge(Strip strip, int row, int left, float[] edge)
    {
        var place = (row + 0.5f) / scale;
        var (fromTop, fromBottom) = ((place - strip.CoreTop) / (2 * Reach), (strip.CoreTop + strip.CoreHeight - place) / (2 * Reach));
        var (isTop, isBottom) = (strip.CoreTop > 0 && fromTop < 1, strip.CoreTop + strip.CoreHeight < height && fromBottom < 1);
        if (!isTop && !isBottom)
            return false;
        var (beyond, ramp) = isTop ? (strip.CoreTop - 1, fromTop) : (strip.CoreTop + strip.CoreHeight, fromBottom);
        for (var x = 0; x < edge.Length; x++)
        {
            var goesOn = Share((left + x + 0.5f) / scale);
            edge[x] = goesOn + ((1 - goesOn) * ramp);
        }

        return true;

        // Of the pixels beyond within reach of the fade, those that are refined.
        float Share(float x)
        {
            var (from, to) = ((int)Math.Max(x - Reach, 0), (int)Math.Min(x + Reach, width - 1));
            var count = 0;
            for (var i = from; i <= to; i++)
                count += plan.IsRefined(i, beyond) ? 1 : 0;
            return (float)count / (to - from + 1);
        }
    }
}
