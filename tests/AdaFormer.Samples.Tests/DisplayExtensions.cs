namespace Microsoft.DotNet.Interactive;

/// <summary>What notebooks call of .NET Interactive.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value below the cell; bytes as base64.</summary>
    public static void DisplayAs(this string value, string mimeType) => AdaFormer.Tests.CellOutputs.Current.Display(value, mimeType);
}
