// POST a PNG, get it back four times larger.
//   dotnet run --project samples/WebApi
//   curl --data-binary @samples/scene-small.png http://localhost:5000/upscale -o scene-large.png
using AdaFormer.Imaging.Png;
using AdaFormer.Imaging;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using WebApi;

const int maximumBytes = 8 << 20;
const int maximumPixels = 1 << 20; // the result has sixteen times as many

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = maximumBytes);

var pipeline = builder.Configuration["Pipeline"] ?? "upscaling.zip";
if (!File.Exists(pipeline))
    Pipeline.Save(pipeline);

// A prediction engine serves one request at a time; all of them share the transformer, and so its session.
builder.Services.AddSingleton<ObjectPool<PredictionEngine<Upload, Enlarged>>>(new DefaultObjectPool<PredictionEngine<Upload, Enlarged>>(new EnginePolicy(pipeline)));

// PNG only; for JPEG and others reference AdaFormer.ImageSharp and add its decoder here.
builder.Services.AddSingleton(new PictureReader([new PngDecoder()], maximumPixels));

var app = builder.Build();
app.MapPost("/upscale", async (Stream body, PictureReader reader, ObjectPool<PredictionEngine<Upload, Enlarged>> engines) =>
{
    var engine = engines.Get();
    try
    {
        using var upload = new MemoryStream();
        await body.CopyToAsync(upload);

        // ML.NET decodes any size that a file claims, and reports little on failure; so the reader checks it first.
        upload.Position = 0;
        reader.Read(upload, "upload");

        upload.Position = 0;
        using var image = MLImage.CreateFromStream(upload);
        using var large = engine.Predict(new Upload { Image = image }).LargeImage!;
        return Results.Stream(large.ToPng(), "image/png");
    }
    catch (PictureFormatException exception)
    {
        return Results.Problem(exception.Message, statusCode: StatusCodes.Status400BadRequest);
    }
    catch (BadHttpRequestException exception)
    {
        return Results.Problem(exception.Message, statusCode: exception.StatusCode);
    }
    finally
    {
        engines.Return(engine);
    }
});
app.Run();
