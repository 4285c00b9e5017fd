using System.Net.ServerSentEvents;
using AdaFormer.ImageSharp;
using AdaFormer.Imaging;
using AdaFormer.Web.Jobs;
using AdaFormer.Web.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Logging;
using Microsoft.OpenApi;

namespace AdaFormer.Web.Requests;

/// <summary>What the service is and takes.</summary>
internal sealed record ServiceFacts(string Version, IReadOnlyList<ModelFacts> Models, IReadOnlyList<float?> Dial, IReadOnlyList<PictureFormat> Reads, IReadOnlyList<PictureFormat> Writes, long MaximumBytes, long MaximumPixels, long MaximumOutputPixels, int AtWork, int Waiting);

/// <summary>The interface's addresses.</summary>
internal static class Endpoints
{
    private const string EventStream = "text/event-stream";
    private const string AnyFile = "application/octet-stream";

    private static readonly HashSet<string> Decimals = new(["scale", "share", "haltingThreshold"], StringComparer.OrdinalIgnoreCase);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").WithTags("AdaFormer").ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status421MisdirectedRequest).AddEndpointFilter(RequireDecimalPoints);
        api.MapGet("/service", Facts).WithSummary("Models, formats and limits");
        api.MapGet("/estimate", (UpscaleService service, [AsParameters] EstimateQuery query) => service.Estimator.EstimateAsync(query))
            .WithSummary("About what a picture would cost on this machine, at each halting threshold").ProducesValidationProblem();
        api.MapPost("/upscale", UpscaleAsync).WithSummary("Upscales a picture, the body")
            .WithDescription("Answers with the result; or, where Accept is text/event-stream, with events: waiting, progress, then done, which names the result, or failed, with problem details. A client that leaves cancels the work.")
            .AddOpenApiOperationTransformer(TakesAFile).Produces<Stream>(StatusCodes.Status200OK, AnyFile, EventStream).ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/preview", PreviewAsync).WithSummary("A PNG of a picture, the body, that browsers cannot show themselves; its own size is in the headers")
            .AddOpenApiOperationTransformer(TakesAFile).Produces<Stream>(StatusCodes.Status200OK, "image/png")
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);
        var results = api.MapGroup("/results/{id:guid}");
        results.MapGet("", (UpscaleService service, Guid id) => Send(service.Results.Find(id)?.Outcome, outcome => outcome.File)).WithSummary("A result").Produces<Stream>(StatusCodes.Status200OK, AnyFile);
        results.MapGet("/view", (UpscaleService service, Guid id) => Send(service.Results.Find(id)?.Outcome, outcome => outcome.View)).WithSummary("What a browser can show of a result").Produces<Stream>(StatusCodes.Status200OK, AnyFile);
        results.MapGet("/map", (UpscaleService service, Guid id) => Send(service.Results.Find(id)?.Outcome, outcome => outcome.Map)).WithSummary("Where tokens halted, blue for early").Produces<Stream>(StatusCodes.Status200OK, "image/png");
        results.MapDelete("", Results<NoContent, ProblemHttpResult> (UpscaleService service, Guid id) => service.Results.Remove(id) ? TypedResults.NoContent() : Missing()).WithSummary("Deletes a result");
    }

    // ASP.NET would take 2,5 for 25.
    private static ValueTask<object?> RequireDecimalPoints(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var grouped = context.HttpContext.Request.Query.FirstOrDefault(option => Decimals.Contains(option.Key) && option.Value.Any(value => value?.Contains(',') == true));
        return grouped.Key is null
            ? next(context)
            : throw new InvalidQueryException(new Dictionary<string, string[]> { [grouped.Key] = [$"It is '{grouped.Value}'; numbers have a decimal point and no thousands separators."] });
    }

    // Any media type is taken: the file itself says what it is.
    private static Task TakesAFile(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Description = "The picture's file",
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { [AnyFile] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } } },
        };
        return Task.CompletedTask;
    }

    private static ServiceFacts Facts(UpscaleService service)
    {
        var limits = service.Options;
        return new ServiceFacts(
            typeof(Endpoints).Assembly.GetName().Version!.ToString(3), service.Models.List(), service.Models.DialOf(null), PictureFormats.Reader().Formats, PictureFormats.Writer().Formats,
            limits.MaximumBytes, limits.MaximumPixels, limits.MaximumOutputPixels, limits.AtWork, limits.Waiting);
    }

    private static async Task<IResult> UpscaleAsync(UpscaleService service, HttpContext context, ILogger<UpscaleService> logger, [AsParameters] UpscaleQuery query)
    {
        var order = query.Order(service.Models, service.Options);
        var upload = await service.ReceiveAsync(service.Work, context.Request, context.RequestAborted);
        return context.Request.Headers.Accept.Any(accept => accept?.Contains(EventStream, StringComparison.OrdinalIgnoreCase) == true)
            ? TypedResults.ServerSentEvents(new JobEvents(service, order, upload, logger).RunAsync(context.RequestAborted))
            : await AnswerAsync(service, context, order, upload, logger);
    }

    private static async Task<IResult> AnswerAsync(UpscaleService service, HttpContext context, UpscaleOrder order, Upload upload, ILogger logger)
    {
        context.Response.RegisterForDispose(upload);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, service.Stopping);
        var job = new UpscaleJob(order, upload);
        try
        {
            await upload.Place.WaitAsync(null, stop.Token);
            var outcome = await Task.Run(() => job.Run(views: false, null, stop.Token), stop.Token);
            // Whoever fetches the result slowly holds up nobody.
            upload.Place.Dispose();
            context.Response.Headers["AdaFormer-Models"] = string.Join(", ", outcome.Result.Models.Select(Uri.EscapeDataString));
            context.Response.Headers["AdaFormer-Halted-Share"] = outcome.Result.HaltedShare.ToString("F4", System.Globalization.CultureInfo.InvariantCulture);
            if (outcome.Result.Refinement is { } refinement)
                context.Response.Headers["AdaFormer-Refined-Share"] = refinement.Share.ToString("F4", System.Globalization.CultureInfo.InvariantCulture);
            context.Response.Headers["AdaFormer-Warnings"] = string.Join(", ", outcome.Result.Warnings.Select(warning => warning.Code));
            return Send(outcome, _ => outcome.File);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return TypedResults.Problem("The service is ending.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception exception) when (exception is not BadHttpRequestException)
        {
            var problem = job.Problem(exception);
            Problems.Log(logger, problem, exception);
            return TypedResults.Problem(problem);
        }
    }

    private static async Task<IResult> PreviewAsync(UpscaleService service, HttpContext context)
    {
        var upload = await service.ReceiveAsync(service.Previews, context.Request, context.RequestAborted);
        context.Response.RegisterForDispose(upload);
        await upload.Place.WaitAsync(null, context.RequestAborted);
        try
        {
            var (info, view) = await Task.Run(() => View(service.Options, upload, context.RequestAborted));
            context.Response.Headers["Picture-Width"] = $"{info.Width}";
            context.Response.Headers["Picture-Height"] = $"{info.Height}";
            return TypedResults.PhysicalFile(view, "image/png");
        }
        catch (PictureFormatException exception)
        {
            return TypedResults.Problem(Problems.Of(exception, upload.Path));
        }
    }

    private static (PictureInfo Info, string View) View(UpscaleServiceOptions limits, Upload upload, CancellationToken cancellationToken)
    {
        var reader = PictureFormats.Reader(limits.MaximumPixels, salvage: true);
        using var rows = reader.Open(upload.Path);
        return (rows.Info, BrowserView.Of(upload.Path, rows.Info.Width, rows.Info.Height, upload.Folder, "view.png", reader, cancellationToken));
    }

    private static IResult Send(Outcome? outcome, Func<Outcome, string?> choose) => outcome is not null && choose(outcome) is { } file
        ? TypedResults.PhysicalFile(file, FileNames.MediaType(Path.GetExtension(file)), file == outcome.File ? outcome.FileName : null)
        : Missing();

    private static ProblemHttpResult Missing() =>
        TypedResults.Problem("There is no such result: it was deleted, or kept as long as results are. Upscale the picture again.", statusCode: StatusCodes.Status404NotFound);
}
