namespace AdaFormer.Programs;

/// <summary>The process's exit codes, besides 0 for success.</summary>
internal static class ExitCode
{
    public const int Failure = 1;
    public const int Usage = 2;
    public const int SomeFailed = 3;
    public const int Cancelled = 130;
}
