using AdaFormer.Web.Requests;

namespace AdaFormer.Web;

/// <summary>The page's files, which are part of this assembly.</summary>
internal static class PageFiles
{
    private const string Folder = "page/";
    private const string Start = "index.html";

    /// <summary>Reads a file.</summary>
    public static byte[] Read(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream(Folder + name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Serves all files, each under its own name only.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var name in typeof(PageFiles).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => name[Folder.Length..]))
        {
            var bytes = Read(name);
            routes.MapGet(name == Start ? "/" : $"/{name}", () => TypedResults.Bytes(bytes, FileNames.MediaType(Path.GetExtension(name)))).ExcludeFromDescription();
        }
    }
}
