using GrantPortal.Web.Shared;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllersWithViews().AddRazorOptions(FeatureViews.Configure);
var app = builder.Build();
app.UseRouting();
app.MapStaticAssets();
app.MapControllers();
app.Run();

public partial class Program;
