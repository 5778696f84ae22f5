using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Razor;

namespace GrantPortal.Web.Shared;

/// <summary>Views lie beside their controller: <c>Features/Reviews/Queue.cshtml</c> for a controller in namespace <c>…Features.Reviews</c>.</summary>
public sealed class FeatureViews : IViewLocationExpander
{
    private const string Feature = "feature";

    public static void Configure(RazorViewEngineOptions options)
    {
        options.ViewLocationFormats.Clear();
        options.ViewLocationFormats.Add("/Features/%feature%/{0}.cshtml");
        options.ViewLocationFormats.Add("/Shared/{0}.cshtml");
        options.ViewLocationExpanders.Add(new FeatureViews());
    }

    public void PopulateValues(ViewLocationExpanderContext context) =>
        context.Values[Feature] = (context.ActionContext.ActionDescriptor as ControllerActionDescriptor)?.ControllerTypeInfo.Namespace?.Split('.')[^1] ?? "";

    public IEnumerable<string> ExpandViewLocations(ViewLocationExpanderContext context, IEnumerable<string> viewLocations) =>
        viewLocations.Select(location => location.Replace("%feature%", context.Values[Feature] ?? "", StringComparison.Ordinal));
}
