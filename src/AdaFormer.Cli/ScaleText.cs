namespace AdaFormer.Cli;

/// <summary>A model's scale in words.</summary>
internal static class ScaleText
{
    public static string Of(int scale) => scale == 1 ? "keeps the size" : $"{scale} times larger";
}
