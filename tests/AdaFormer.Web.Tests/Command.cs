namespace AdaFormer.Tests;

/// <summary>What the command makes of a picture.</summary>
internal static class Command
{
    /// <summary>Runs `adaformer upscale` in a process of its own.</summary>
    /// <returns>The bytes of its output.</returns>
    public static byte[] Upscale(string picture, string extension, params string[] options)
    {
        using var command = new AdaFormerProcess();
        var output = command[$"output.{extension}"];
        var (code, _, error) = command.Run(["upscale", picture, "-o", output, .. options]);
        Assert.AreEqual(0, code, error);
        return File.ReadAllBytes(output);
    }
}
