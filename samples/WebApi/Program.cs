// The page and the interface of `adaformer serve` in an application of your own, with limits of its own.
//   dotnet run --project samples/WebApi
//   curl --data-binary @samples/scene-small.png "http://localhost:5000/api/upscale?scale=2" -o scene-large.png
using AdaFormer.Web;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddUpscaling(new UpscaleServiceOptions
{
    MaximumBytes = 8_000_000,
    MaximumPixels = 1 << 20, // the result has sixteen times as many
    Waiting = 4,
});

var app = builder.Build();
app.UseUpscaling();

// What else the application does, guarded alike: requests must name this machine or one of the options' Hosts.
app.MapGet("/ready", () => "yes");
app.Run();
