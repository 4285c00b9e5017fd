using AdaFormer.Web.Jobs;
using AdaFormer.Web.Requests;
using AdaFormer.Web.Security;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AdaFormer.Web;

/// <summary>Puts the service into an application of ASP.NET Core.</summary>
public static class UpscaleServiceExtensions
{
    /// <summary>Adds what the service needs.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="options">Limits and models; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit makes no sense.</exception>
    public static IServiceCollection AddUpscaling(this IServiceCollection services, UpscaleServiceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        options ??= new UpscaleServiceOptions();
        options.Check();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<UpscaleService>();
        services.AddProblemDetails();
        services.AddExceptionHandler<Problems>();
        services.AddOpenApi(document => document.AddDocumentTransformer((description, _, _) =>
        {
            description.Info.Title = "AdaFormer";
            description.Info.Description = "Upscales pictures. Every failure is told as problem details (RFC 9457).";
            description.Info.Version = typeof(UpscaleServiceExtensions).Assembly.GetName().Version!.ToString(3);
            return Task.CompletedTask;
        }));
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        return services;
    }

    /// <summary>
    /// Maps the page at <c>/</c>, the interface at <c>/api</c> and its description at <c>/api/openapi.json</c>, and guards all of the
    /// application: requests must name <c>localhost</c>, an address or one of <see cref="UpscaleServiceOptions.Hosts"/> as their host, and
    /// those of a browser must come from the page itself.
    /// </summary>
    /// <param name="application">The application, to which nothing else was mapped before.</param>
    public static WebApplication UseUpscaling(this WebApplication application)
    {
        ArgumentNullException.ThrowIfNull(application);
        var service = application.Services.GetRequiredService<UpscaleService>();
        application.Lifetime.ApplicationStopping.Register(service.Stop);
        var problems = application.Services.GetRequiredService<IProblemDetailsService>();
        application.Use((context, next) => RequestGuard.InvokeAsync(context, service.Options, problems, next));
        application.UseExceptionHandler();
        application.UseStatusCodePages();
        application.UseRouting();
        Endpoints.Map(application);
        application.MapOpenApi("/api/openapi.json");
        PageFiles.Map(application);
        return application;
    }
}
