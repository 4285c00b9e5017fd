using System.Text;
using System.Text.RegularExpressions;

namespace AdaFormer.Batch;

/// <summary>A pattern of paths: <c>*</c> and <c>?</c> within a name, <c>**</c> for any number of folders.</summary>
internal sealed class Glob
{
    private static readonly char[] Wildcards = ['*', '?'];
    private readonly Regex _regex;

    public Glob(string pattern)
    {
        Pattern = pattern;
        var parts = pattern.Replace(Path.DirectorySeparatorChar, '/').Split('/');
        var plain = parts.TakeWhile(part => !IsPattern(part)).Count();
        var folder = string.Join('/', parts[..plain]);
        Folder = plain == 0 ? "." : folder.Length == 0 ? "/" : folder;
        _regex = new Regex($"^{Translate(parts[plain..])}$", RegexOptions.CultureInvariant | (OperatingSystem.IsLinux() ? 0 : RegexOptions.IgnoreCase));
    }

    public string Pattern { get; }

    /// <summary>The folder before the first wildcard.</summary>
    public string Folder { get; }

    public static bool IsPattern(string path) => path.IndexOfAny(Wildcards) >= 0;

    /// <summary>Whether a path within <see cref="Folder"/>, with slashes, matches.</summary>
    public bool Matches(string name) => _regex.IsMatch(name);

    private static string Translate(string[] parts)
    {
        var regex = new StringBuilder();
        for (var index = 0; index < parts.Length; index++)
        {
            var last = index == parts.Length - 1;
            if (parts[index] == "**")
                regex.Append(last ? ".*" : "(?:[^/]+/)*");
            else
                regex.Append(Regex.Escape(parts[index]).Replace(@"\*", "[^/]*").Replace(@"\?", "[^/]")).Append(last ? "" : "/");
        }

        return regex.ToString();
    }
}
