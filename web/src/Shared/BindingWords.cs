using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;

namespace GrantPortal.Web.Shared;

/// <summary>What a person reads when a value cannot be read as what its field wants.</summary>
public static class BindingWords
{
    public static void Apply(DefaultModelBindingMessageProvider messages)
    {
        messages.SetAttemptedValueIsInvalidAccessor((value, name) => $"「{value}」は正しい値ではありません。入力し直してください。");
        messages.SetNonPropertyAttemptedValueIsInvalidAccessor(value => $"「{value}」は正しい値ではありません。入力し直してください。");
        messages.SetUnknownValueIsInvalidAccessor(name => "正しい値ではありません。入力し直してください。");
        messages.SetNonPropertyUnknownValueIsInvalidAccessor(() => "正しい値ではありません。入力し直してください。");
        messages.SetValueIsInvalidAccessor(value => $"「{value}」は正しい値ではありません。入力し直してください。");
        messages.SetValueMustBeANumberAccessor(name => "数字で入力してください。");
        messages.SetNonPropertyValueMustBeANumberAccessor(() => "数字で入力してください。");
        messages.SetValueMustNotBeNullAccessor(value => "入力してください。");
        messages.SetMissingBindRequiredValueAccessor(name => "入力してください。");
        messages.SetMissingKeyOrValueAccessor(() => "入力してください。");
        messages.SetMissingRequestBodyRequiredValueAccessor(() => "送信された内容が空です。もう一度操作してください。");
    }
}
