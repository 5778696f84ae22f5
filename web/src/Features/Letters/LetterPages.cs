using GrantPortal.Data.Letters;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace GrantPortal.Web.Features.Letters;

/// <summary>Renders a letter outside of any request, for the printer.</summary>
public sealed class LetterPages(IRazorViewEngine engine, ITempDataProvider banners, IServiceScopeFactory scopes)
{
    private const string Print = "/Features/Letters/Print.cshtml";

    /// <returns>A whole HTML page.</returns>
    public async Task<string> RenderAsync(StoredLetter letter)
    {
        await using var scope = scopes.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var action = new Microsoft.AspNetCore.Mvc.ActionContext(http, new RouteData(), new ActionDescriptor());
        var view = engine.GetView(executingFilePath: null, Print, isMainPage: true).View ?? throw new InvalidOperationException($"There is no view {Print}.");
        await using var html = new StringWriter();
        var model = new ViewDataDictionary<StoredLetter>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = letter };
        await view.RenderAsync(new ViewContext(action, view, model, new TempDataDictionary(http, banners), html, new HtmlHelperOptions()));
        return html.ToString();
    }
}
