using System.Globalization;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace GrantPortal.Web.Features.Applications;

/// <summary>A step's form bound from fields that MVC did not read itself: parked while the session had expired, or streamed with files.</summary>
public static class ParkedForm
{
    /// <summary>What was posted to this step before signing in again, once; null when there is nothing.</summary>
    public static async Task<StepForm?> TakeAsync(Controller controller) =>
        await ParkedPosts.TakeAsync(controller.HttpContext) is { } fields ? await BindAsync(controller, fields) : null;

    public static async Task<StepForm> BindAsync(Controller controller, IFormCollection fields)
    {
        var form = new StepForm();
        await controller.TryUpdateModelAsync(form, "", new FormValueProvider(BindingSource.Form, fields, CultureInfo.InvariantCulture));
        return form;
    }
}
