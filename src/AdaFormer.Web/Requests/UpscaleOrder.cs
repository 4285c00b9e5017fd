using AdaFormer.Files;
using AdaFormer.Imaging;

namespace AdaFormer.Web.Requests;

/// <summary>What a request asks for, checked.</summary>
internal sealed record UpscaleOrder
{
    /// <summary>The models.</summary>
    public required ModelSelector Models { get; init; }

    /// <summary>The model that was named, if one was.</summary>
    public required string? ModelName { get; init; }

    /// <summary>The second model that was named, if one was.</summary>
    public required string? RefineName { get; init; }

    /// <summary>The ending of the result's format, with the dot.</summary>
    public required string Extension { get; init; }

    /// <summary>A name for the result on the client's side.</summary>
    public required string FileName { get; init; }

    /// <summary>Whether a halting map is wanted.</summary>
    public required bool DrawsMap { get; init; }

    public required PictureReader Reader { get; init; }

    public required PictureWriter Writer { get; init; }

    public required FileUpscaleOptions Files { get; init; }
}

/// <summary>Options of a request are not valid.</summary>
/// <param name="errors">What is wrong, by the options' names.</param>
internal sealed class InvalidQueryException(IDictionary<string, string[]> errors) : Exception("Some options are not valid.")
{
    public IDictionary<string, string[]> Errors => errors;
}
