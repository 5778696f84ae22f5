using FsCheck;
using FsCheck.Fluent;

namespace GrantPortal.Domain.Tests;

/// <summary>Rules that hold for every value of a generator.</summary>
internal static class Properties
{
    public static void Hold<T>(Gen<T> values, Func<T, bool> property, int tests = 500) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true), Prop.ForAll(values.ToArbitrary(), property));

    /// <summary>Text as nobody should send it: every UTF-16 unit alone, marks, controls, and fragments that mean something to the rules.</summary>
    public static Gen<string> HostileText { get; } = Gen.OneOf(
        Gen.Choose(0, 0xFFFF).Select(c => ((char)c).ToString()),
        Gen.Elements(
            "", " ", "　", "\0", "\r\n", "\u001b[2J", "\ud800", "\udc00\ud800", "\ufffe", "\uffff", "\u202e", "\ufeff", "\u3099", "ﾞ", "é", "é", "㈱", "㍻", "½", "①",
            "−", "ー", "-1", "0", "00", "1", "９", "99999", "9999999999999999999999", "1e9", "0x10", "NaN", "￥", "円", ",", ".", "令和", "R8", "元年", "2026-02-30",
            "2026/6/1", "<script>", "'; drop table", "{0}", "11", "2a", "ァ", "ヴ", "ゖ", "が", "は゛", "(", "A", "Z", "I", "T", "10530", "\U0001F600", "\U000E0001"))
        .ArrayOf().Select(string.Concat);

    /// <summary>Text a person might type.</summary>
    public static Gen<string> TypedText { get; } =
        Gen.Elements("あ", "が", "ガ", "ｶﾞ", "ﾊﾟ", "ヴ", "ー", "ｰ", "-", "－", "ａ", "A", "z", "1", "９", " ", "　", "・", "（", ")", "介護", "㈱", "\t", "は", "\u3099", "ゎ", "ヶ", "é", "゛")
            .ArrayOf().Select(string.Concat);
}
