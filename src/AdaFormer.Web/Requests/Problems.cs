using AdaFormer.Files;
using AdaFormer.Imaging;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace AdaFormer.Web.Requests;

/// <summary>Turns failures into problem details (RFC 9457).</summary>
internal sealed partial class Problems(IProblemDetailsService service, ILogger<Problems> logger) : IExceptionHandler
{
    /// <summary>Describes a failure.</summary>
    /// <param name="exception">What happened.</param>
    /// <param name="paths">Paths of the service's own files, which no client is told.</param>
    public static ProblemDetails Of(Exception exception, params IEnumerable<string> paths)
    {
        var (status, title) = exception switch
        {
            InvalidQueryException => (StatusCodes.Status400BadRequest, "Some options are not valid"),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, "The file is too large"),
            BadHttpRequestException bad => (bad.StatusCode, "The request is not valid"),
            PictureFormatException => (StatusCodes.Status422UnprocessableEntity, "The picture cannot be read, or is too large"),
            NotSupportedException or ArgumentException => (StatusCodes.Status400BadRequest, "The options do not fit together"),
            UpscalingException { OutOfMemory: true } => (StatusCodes.Status503ServiceUnavailable, "Memory ran out"),
            UpscalingException or ModelFormatException => (StatusCodes.Status422UnprocessableEntity, "The picture cannot be upscaled"),
            IOException => (StatusCodes.Status507InsufficientStorage, "A temporary file cannot be written"),
            _ => (StatusCodes.Status500InternalServerError, "The service failed"),
        };
        var problem = exception is InvalidQueryException invalid ? new ValidationProblemDetails(invalid.Errors) : new ProblemDetails();
        problem.Title = title;
        problem.Status = status;
        problem.Detail = status is StatusCodes.Status500InternalServerError or StatusCodes.Status507InsufficientStorage ? null : Hide(Plain(exception), paths);
        return problem;
    }

    /// <summary>Logs what is the service's own fault.</summary>
    public static void Log(ILogger logger, ProblemDetails problem, Exception exception)
    {
        if (problem.Detail is null)
            LogFailure(logger, exception);
    }

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested)
            return true;
        var problem = Of(exception);
        Log(logger, problem, exception);
        context.Response.StatusCode = problem.Status!.Value;
        if (problem.Status == StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "2";
        return await service.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed")]
    private static partial void LogFailure(ILogger logger, Exception exception);

    private static string Plain(Exception exception) =>
        exception is ArgumentException { ParamName: { } name } ? exception.Message.Replace($" (Parameter '{name}')", "") : exception.Message;

    private static string Hide(string message, IEnumerable<string> paths)
    {
        foreach (var path in paths)
            message = message.Replace($"'{path}': ", "").Replace($"'{path}'", "The picture").Replace(path, "the picture");
        return message;
    }
}
