using GrantPortal.Data.Letters;

namespace GrantPortal.Web.Features.Letters;

/// <summary>通知書 of one application, on the applicant's and on the staff's page of it: the partial view <c>_Letters</c>.</summary>
/// <param name="CanPrint">Whether this instance has a Chromium; told to staff where a PDF waits.</param>
public sealed record LetterSection(IReadOnlyList<StoredLetter> Letters, bool ForStaff, bool CanPrint);
