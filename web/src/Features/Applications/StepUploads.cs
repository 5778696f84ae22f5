using System.Text;
using System.Text.RegularExpressions;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GrantPortal.Web.Features.Applications;

/// <summary>What ④ posted: its fields, and what was wrong with its files.</summary>
/// <param name="Refusal">Set when rules or state forbid attaching; the fields are not lost.</param>
public sealed record StreamedStep(StepForm Form, IReadOnlyList<Problem> Problems, Refusal? Refusal);

/// <summary>
/// Reads the multipart form of ④ part by part: each file goes from the socket to the blob store without being held in memory or on
/// disk. The antiforgery token comes first in the form and is checked before the first file.
/// </summary>
public sealed partial class StepUploads(UploadDocument upload, IAntiforgery antiforgery)
{
    private const int MostFieldBytes = 64 * 1024;
    private const int MostFields = 200;

    /// <summary>Null when the application is not visible.</summary>
    public async Task<StreamedStep?> ReadAsync(Controller controller, Guid id, Actor actor, CancellationToken cancel)
    {
        var request = controller.Request;
        var fields = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        var problems = new List<Problem>();
        Refusal? refusal = null;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            // Saved by script without files: an ordinary form body.
            await antiforgery.ValidateRequestAsync(controller.HttpContext);
            return new StreamedStep(await ParkedForm.BindAsync(controller, await request.ReadFormAsync(cancel)), problems, null);
        }
        var reader = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 16 };
        var (validated, bytes, files) = (false, 0, 0);
        while (await reader.ReadNextSectionAsync(cancel) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)) continue;
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            if (!disposition.IsFileDisposition())
            {
                using var text = new StreamReader(section.Body, Encoding.UTF8, leaveOpen: true);
                var value = await ReadFieldAsync(text, cancel);
                if ((bytes += value.Length) > MostFieldBytes || fields.Count >= MostFields) throw new BadHttpRequestException("Too many fields.", StatusCodes.Status413PayloadTooLarge);
                fields[name] = StringValues.Concat(fields.GetValueOrDefault(name), value);
                continue;
            }
            var fileName = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";
            if (fileName.Length == 0) continue;
            if (!validated) await ValidateAsync(controller.HttpContext, fields);
            validated = true;
            if (Target(name) is not (var kind, var slot)) continue;
            _ = Guid.TryParse(fields.GetValueOrDefault("Editor"), out var editor);
            switch (await upload.RunAsync(new Upload(id, kind, slot, UploadId(editor, name, files++), fileName), section.Body, actor, cancel))
            {
                case UploadResult.NotFound:
                    return null;
                case UploadResult.Unacceptable unacceptable:
                    problems.Add(new Problem(name, $"{fileName}：{unacceptable.Message}"));
                    break;
                case UploadResult.Refused refused:
                    refusal = refused.Reason;
                    break;
                default:
                    break;
            }
        }
        if (!validated) await ValidateAsync(controller.HttpContext, fields);
        var form = await ParkedForm.BindAsync(controller, new FormCollection(fields));
        if (form.Remove is { } remove && await upload.RemoveAsync(id, remove, actor, cancel) is UploadResult.Refused forbidden) refusal = forbidden.Reason;
        return new StreamedStep(form, problems, refusal);
    }

    /// <summary><c>Documents.Passbook</c>, or with a slot <c>Documents.Receipt[2]</c>.</summary>
    private static (DocumentKind Kind, int? Slot)? Target(string name)
    {
        var match = FileField().Match(name);
        if (!match.Success || !Enum.TryParse<DocumentKind>(match.Groups["kind"].Value, out var kind)) return null;
        return (kind, match.Groups["slot"].Success ? match.Groups["slot"].Value[0] - '0' : kind is DocumentKind.Passbook or DocumentKind.WebServiceScreen ? 0 : null);
    }

    /// <summary>The same page's same field gives the same id again: a repeat after a lost answer is recognised.</summary>
    private static Guid UploadId(Guid editor, string name, int ordinal) =>
        new(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{editor}|{name}|{ordinal}")).AsSpan(0, 16));

    private async Task ValidateAsync(HttpContext context, Dictionary<string, StringValues> fields)
    {
        context.Request.Headers["RequestVerificationToken"] = fields.GetValueOrDefault("__RequestVerificationToken");
        await antiforgery.ValidateRequestAsync(context);
    }

    private static async Task<string> ReadFieldAsync(StreamReader reader, CancellationToken cancel)
    {
        var buffer = new char[MostFieldBytes + 1];
        var length = await reader.ReadBlockAsync(buffer, cancel);
        return length > MostFieldBytes ? throw new BadHttpRequestException("Field too large.", StatusCodes.Status413PayloadTooLarge) : new string(buffer, 0, length);
    }

    [GeneratedRegex(@"^Documents\.(?<kind>[A-Za-z]{1,20})(\[(?<slot>[0-9])\])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileField();
}

/// <summary>Keeps MVC from reading the form into memory and disk; the action reads it part by part and checks antiforgery itself.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StreamedFormAttribute : IgnoreAntiforgeryTokenAttribute, IResourceFilter
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        context.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
        context.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
        context.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
