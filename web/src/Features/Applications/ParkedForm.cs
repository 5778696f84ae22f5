using System.Globalization;
using GrantPortal.Web.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Primitives;

namespace GrantPortal.Web.Features.Applications;

/// <summary>What was posted to a step while the session had expired, as the step's form again.</summary>
public sealed class ParkedForm(ParkedPosts posts)
{
    /// <summary>Once, for the page it was posted to; null when there is nothing.</summary>
    public async Task<StepForm?> TakeAsync(Controller controller)
    {
        if (await posts.TakeAsync(controller.HttpContext) is not { } fields) return null;
        return await BindAsync(controller, fields);
    }

    /// <summary>Binds posted fields as MVC would have done from the body.</summary>
    internal static async Task<StepForm> BindAsync(Controller controller, IReadOnlyDictionary<string, StringValues> fields)
    {
        var form = new StepForm();
        var values = new FormValueProvider(BindingSource.Form, new FormCollection(fields.ToDictionary(f => f.Key, f => f.Value, StringComparer.OrdinalIgnoreCase)), CultureInfo.InvariantCulture);
        await controller.TryUpdateModelAsync(form, "", values);
        return form;
    }
}
