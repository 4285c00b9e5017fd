namespace AdaFormer.Training.Evaluation;

/// <summary>Spearman's rank correlation ρ (1904): Pearson's correlation of the ranks, equal values sharing their mean rank.</summary>
internal static class RankCorrelation
{
    /// <returns>−1 to 1; NaN where all values of one side are equal, or there are fewer than two.</returns>
    /// <exception cref="ArgumentException">The sides are not equally long.</exception>
    public static double Of(float[] first, float[] second)
    {
        if (first.Length != second.Length)
            throw new ArgumentException($"{first.Length} values cannot be paired with {second.Length}.", nameof(second));
        var (a, b) = (Ranks(first), Ranks(second));
        var mean = (first.Length - 1) / 2.0;
        var (product, squareA, squareB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (a[i] - mean, b[i] - mean);
            product += x * y;
            squareA += x * x;
            squareB += y * y;
        }

        return product / Math.Sqrt(squareA * squareB);
    }

    private static double[] Ranks(float[] values)
    {
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort((float[])values.Clone(), order);
        var ranks = new double[values.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && values[order[end]].Equals(values[order[start]]))
                end++;
            foreach (var index in order.AsSpan(start, end - start))
                ranks[index] = (start + end - 1) / 2.0;
            start = end;
        }

        return ranks;
    }
}
