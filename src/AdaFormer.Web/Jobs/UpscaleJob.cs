using System.Diagnostics;
using AdaFormer.Files;
using AdaFormer.Web.Requests;

namespace AdaFormer.Web.Jobs;

/// <summary>Upscales an uploaded file in its folder.</summary>
internal sealed class UpscaleJob(UpscaleOrder order, Upload upload)
{
    private string Output { get; } = upload.Folder.File("result" + order.Extension);

    /// <summary>Does the work.</summary>
    /// <param name="views">Whether what a browser cannot show is made into what it can.</param>
    /// <param name="progress">Called after every tile.</param>
    /// <param name="cancellationToken">Stops within the current tile.</param>
    /// <inheritdoc cref="FileUpscaler.Upscale"/>
    public Outcome Run(bool views, IProgress<UpscaleProgress>? progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var map = views && order.DrawsMap && (order.Models.Halts || order.RefineName is not null) && !IsSequence() ? upload.Folder.File("map.png") : null;
        var result = new FileUpscaler(order.Models, order.Reader, order.Writer, order.Files).Upscale(upload.Path, Output, map, progress, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        if (order.ModelName is { } name)
            result = result with { Models = [.. result.Models.Select(_ => name)] };
        var view = views ? BrowserView.Of(Output, result.Width, result.Height, upload.Folder, "view.png", cancellationToken) : Output;
        if (map is not null)
            map = BrowserView.Of(map, result.InputWidth, result.InputHeight, upload.Folder, "map-view.png", cancellationToken);
        return new Outcome(result, order.FileName, Output, view, map, seconds);
    }

    /// <summary>Describes why the work failed.</summary>
    public Microsoft.AspNetCore.Mvc.ProblemDetails Problem(Exception exception) => Problems.Of(exception, upload.Path, Output);

    private bool IsSequence()
    {
        using var pictures = order.Reader.OpenSequence(upload.Path);
        return pictures is not null && order.Writer.WritesSequence(Output, pictures.Info.Kind);
    }
}
