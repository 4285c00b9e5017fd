using System.Net;
using AdaFormer.Web.Jobs;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AdaFormer.Web;

/// <summary>The service in a server of its own: the page, and the interface behind it.</summary>
public sealed class UpscaleServer : IAsyncDisposable
{
    private const int MaximumConnections = 256;
    private readonly WebApplication _application;

    private UpscaleServer(WebApplication application)
    {
        _application = application;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>The page's address.</summary>
    public Uri Address { get; }

    internal UpscaleService Service => _application.Services.GetRequiredService<UpscaleService>();

    /// <summary>Starts a server.</summary>
    /// <param name="options">Limits and models; <see langword="null"/> for the defaults.</param>
    /// <param name="address">The address to listen on; <see langword="null"/>: 127.0.0.1, which only this machine reaches.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="cancellationToken">Stops starting.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit makes no sense.</exception>
    /// <exception cref="IOException">The port is taken, or the address is not this machine's.</exception>
    public static async Task<UpscaleServer> StartAsync(UpscaleServiceOptions? options = null, IPAddress? address = null, int port = 0, CancellationToken cancellationToken = default)
    {
        options ??= new UpscaleServiceOptions();
        // Neither arguments nor the environment nor a file in the current folder shall change what it listens on.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        // Whoever starts it is told by the exception why it does not.
        builder.Logging.ClearProviders().AddSimpleConsole().SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaximumBytes;
            kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
            kestrel.Listen(address ?? IPAddress.Loopback, port);
        });
        builder.Services.AddUpscaling(options);
        var application = builder.Build().UseUpscaling();
        try
        {
            await application.StartAsync(cancellationToken);
            return new UpscaleServer(application);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the work and the server, and deletes all temporary files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
