using GrantPortal.Web.Shared;

var command = OperatorCommands.IsOne(args);
var builder = WebApplication.CreateBuilder(command ? [] : args);
builder.AddPortal();
await using var app = builder.Build();
if (command) return await OperatorCommands.RunAsync(app.Services, args);
app.UsePortal();
await app.RunAsync();
return 0;

public partial class Program;
