namespace AdaFormer.Farm.Storage;

/// <summary>Where a picture or a folder is: a path, or <c>s3://bucket/key</c>.</summary>
internal static class PicturePlace
{
    private const string Scheme = "s3://";

    public static bool IsS3(string place) => place.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>What it is called on every machine.</summary>
    public static string Full(string place) => IsS3(place) ? place.TrimEnd('/') : Path.GetFullPath(place);

    /// <summary>Bucket and key; the key is empty for the whole bucket.</summary>
    /// <exception cref="ArgumentException">There is no bucket.</exception>
    public static (string Bucket, string Key) Parse(string place)
    {
        var parts = place[Scheme.Length..].Split('/', 2);
        return parts[0].Length > 0 ? (parts[0], parts.Length > 1 ? parts[1].TrimEnd('/') : "") : throw new ArgumentException($"'{place}' names no bucket; expected s3://bucket/key.");
    }
}
