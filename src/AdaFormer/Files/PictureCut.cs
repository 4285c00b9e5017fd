using System.Text.Json.Serialization;

namespace AdaFormer.Files;

/// <summary>How a picture is cut into strips that are upscaled apart, each as in the whole picture.</summary>
/// <param name="InputSha256">SHA-256 of the input file.</param>
/// <param name="TileSize">Side of the tiles in input pixels.</param>
/// <param name="Ends">For each strip the row of the input after its last; strips are whole rows of tiles.</param>
internal sealed record PictureCut(string InputSha256, int TileSize, IReadOnlyList<int> Ends)
{
    /// <summary>Number of strips.</summary>
    [JsonIgnore]
    public int Count => Ends.Count;

    /// <summary>The rows of the input that a strip makes larger: the first, and the one after the last.</summary>
    public (int Top, int End) RowsOf(int strip) => (strip == 0 ? 0 : Ends[strip - 1], Ends[strip]);
}
