namespace AdaFormer.Notebooks;

/// <summary>
/// Sets how a notebook shows values of a type. .NET Interactive finds this attribute by its name, and the formatter by its members, so this
/// needs no package: https://github.com/dotnet/interactive/blob/main/docs/formatting.md.
/// </summary>
/// <param name="formatterSourceType">A class with <c>CreateTypeFormatters()</c>.</param>
/// <param name="mimeType">The MIME type to show the value as.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType, string mimeType) : Attribute
{
    public Type FormatterSourceType => formatterSourceType;

    public string[] PreferredMimeTypes => [mimeType];
}

/// <summary>Writes values of a type for a notebook, with the members that .NET Interactive expects.</summary>
internal sealed class TypeFormatter<T>(string mimeType, Func<T, string> format)
{
    public string MimeType => mimeType;

    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not T value)
            return false;
        writer.Write(format(value));
        return true;
    }
}
