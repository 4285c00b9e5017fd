namespace AdaFormer.Training;

/// <summary>Finds the threshold at which a network does the work that rows are compared at.</summary>
internal static class EqualWork
{
    private const double Tolerance = 0.005;
    private const double Acceptable = 0.03;
    private const int Steps = 9;

    /// <param name="measure">Measures at a threshold.</param>
    /// <param name="start">The measurement at the threshold of training.</param>
    /// <returns>The closest measurement; null if none is close.</returns>
    public static AblationPoint? Search(Func<double, AblationPoint> measure, AblationPoint start)
    {
        var (low, high) = (0.0, 2.0);
        var best = start;
        var point = start;
        for (var step = 0; step < Steps && Distance(best) > Tolerance; step++)
        {
            (low, high) = point.Work < AblationStudy.ComparedWork ? (point.Threshold!.Value, high) : (low, point.Threshold!.Value);
            point = measure((low + high) / 2);
            if (Distance(point) < Distance(best))
                best = point;
        }

        return Distance(best) <= Acceptable ? best : null;
    }

    private static double Distance(AblationPoint point) => Math.Abs(point.Work - AblationStudy.ComparedWork);
}
