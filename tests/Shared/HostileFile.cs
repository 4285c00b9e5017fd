namespace AdaFormer.Tests;

/// <summary>What a decoder may do with a damaged file: refuse it by its own exception, or make something of it.</summary>
internal static class HostileFile
{
    public static void AssertRefusedOrRead<TRefusal>(Action decode, string message)
        where TRefusal : Exception
    {
        try
        {
            decode();
        }
        catch (TRefusal)
        {
        }
        catch (Exception e)
        {
            Assert.Fail($"{message}: {e}");
        }
    }
}
