using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace AdaFormer.Web.Security;

/// <summary>Refuses requests that a web page of someone else makes, and tells browsers to load nothing from elsewhere.</summary>
internal static class RequestGuard
{
    private static readonly KeyValuePair<string, StringValues>[] Headers =
    [
        new("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"),
        new("Cross-Origin-Opener-Policy", "same-origin"),
        new("Cross-Origin-Resource-Policy", "same-origin"),
        new("Referrer-Policy", "no-referrer"),
        new("X-Content-Type-Options", "nosniff"),
        new("Cache-Control", "no-store"),
    ];

    /// <summary>The middleware.</summary>
    public static async Task InvokeAsync(HttpContext context, UpscaleServiceOptions options, IProblemDetailsService problems, RequestDelegate next)
    {
        foreach (var (name, value) in Headers)
            context.Response.Headers[name] = value;
        var (status, detail) = Refusal(context.Request, options.Hosts);
        if (status == 0)
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = status;
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = new ProblemDetails { Status = status, Detail = detail } });
    }

    private static (int Status, string Detail) Refusal(HttpRequest request, IReadOnlyList<string> hosts)
    {
        // A page elsewhere can have its own name lead here, but it cannot make the browser say another name than that.
        if (!IsAllowed(request.Host.Host, hosts))
            return (StatusCodes.Status421MisdirectedRequest, $"This service is not called '{request.Host.Host}'. Use localhost or its address, or start it with that name allowed.");
        if (!request.Path.StartsWithSegments("/api"))
            return default;
        var origin = request.Headers.Origin;
        if (origin.Count > 0 && !origin.Equals($"{request.Scheme}://{request.Host}"))
            return (StatusCodes.Status403Forbidden, "Only the page of this service may use it from a browser.");
        // Browsers send no origin with a picture or a link to here, but say this.
        return request.Headers["Sec-Fetch-Site"] is [("cross-site" or "same-site")]
            ? (StatusCodes.Status403Forbidden, "Only the page of this service may use it from a browser.")
            : default;
    }

    private static bool IsAllowed(string host, IReadOnlyList<string> hosts) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _) || hosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
