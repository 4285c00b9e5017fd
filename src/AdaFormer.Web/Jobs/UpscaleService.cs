using AdaFormer.Web.Models;
using AdaFormer.Web.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace AdaFormer.Web.Jobs;

/// <summary>What all requests share.</summary>
internal sealed class UpscaleService : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public UpscaleService(UpscaleServiceOptions options, TimeProvider time)
    {
        options.Check();
        Options = options;
        Models = new ModelCatalogue(options);
        Work = new WorkGate(options.AtWork, options.Waiting);
        Previews = new WorkGate(1, options.Waiting);
        Results = new ResultStore(options.KeepResults, time);
        Costs = new CostBook(Models, Work);
        Estimator = new Estimator(Models, Costs, options);
    }

    public UpscaleServiceOptions Options { get; }

    public ModelCatalogue Models { get; }

    public Workspace Workspace { get; } = new();

    public WorkGate Work { get; }

    public WorkGate Previews { get; }

    public ResultStore Results { get; }

    public CostBook Costs { get; }

    public Estimator Estimator { get; }

    /// <summary>Cancelled when the service ends, which then waits for no picture.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Ends all work.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Receives a file.</summary>
    /// <param name="gate">Where it takes a place, before any of it is read.</param>
    /// <param name="request">The request, whose body is the file.</param>
    /// <param name="cancellationToken">Stops receiving.</param>
    /// <exception cref="BadHttpRequestException">All places are taken, or the body is empty, too large, or not the file itself.</exception>
    public async Task<Upload> ReceiveAsync(WorkGate gate, HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HasFormContentType && request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            throw new BadHttpRequestException("Send the file itself as the body, not a form: curl --data-binary @photo.jpg", StatusCodes.Status415UnsupportedMediaType);
        if (request.ContentLength > Options.MaximumBytes)
            throw TooLarge();
        var place = gate.TryEnter() ?? throw new BadHttpRequestException(
            $"{Options.AtWork} at work and {Options.Waiting} waiting are all that this service takes. Try again in a moment.", StatusCodes.Status429TooManyRequests);
        var upload = new Upload(place, Workspace.NewFolder());
        try
        {
            if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = Options.MaximumBytes;
            await using var file = new FileStream(upload.Path, FileMode.CreateNew, FileAccess.Write);
            await request.Body.CopyToAsync(file, cancellationToken);
            if (file.Length == 0)
                throw new BadHttpRequestException("The body is empty; expected a picture file.");
            return upload;
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            upload.Dispose();
            throw TooLarge();
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Results.Dispose();
        Models.Dispose();
        Workspace.Dispose();
        _stopping.Dispose();
    }

    private BadHttpRequestException TooLarge() =>
        new($"The file has more than {Options.MaximumBytes} bytes, the limit of this service.", StatusCodes.Status413PayloadTooLarge);
}

/// <summary>A file that was received, in a folder of its own, and its place at work or among those who wait.</summary>
internal sealed class Upload(WorkGate.Place place, WorkFolder folder) : IDisposable
{
    private bool _kept;

    public WorkGate.Place Place => place;

    public WorkFolder Folder => folder;

    /// <summary>The file, which keeps no name of the client's.</summary>
    public string Path { get; } = folder.File("input");

    /// <summary>Hands the folder over to someone else.</summary>
    public WorkFolder Keep()
    {
        _kept = true;
        return folder;
    }

    public void Dispose()
    {
        place.Dispose();
        if (!_kept)
            folder.Dispose();
    }
}
