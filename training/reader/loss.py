"""What the reader is trained to: the passage that answers, or none of them, and the sentences that do."""

from __future__ import annotations

import torch
from torch.nn import functional

# Telling how likely a passage or a sentence answers by itself counts this much beside choosing among them.
ALONE = 0.5


def passage_loss(logits: torch.Tensor, present: torch.Tensor, gold: torch.Tensor) -> torch.Tensor:
    """Return the loss of the passages of some questions, all (questions, candidates).

    "None of them" is a choice whose logit is 0, so that the logit of a passage says how likely it answers at all.
    """
    none = ~gold.any(dim=1, keepdim=True)
    choices = torch.cat((logits.masked_fill(~present, -torch.inf), torch.zeros_like(logits[:, :1])), dim=1)
    chosen = _chosen(choices, torch.cat((gold, none), dim=1))
    return (chosen + ALONE * _alone(logits, present, gold)).mean()


def sentence_loss(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Return the loss of the sentences of some passages that answer, all (passages, sentences)."""
    present = ~logits.isneginf()
    return (_chosen(logits, right) + ALONE * _alone(logits, present, right)).mean()


def _chosen(logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Return for each row how unlikely one of the right ones is chosen."""
    return torch.logsumexp(logits, 1) - torch.logsumexp(logits.masked_fill(~right, -torch.inf), 1)


def _alone(logits: torch.Tensor, present: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    losses = functional.binary_cross_entropy_with_logits(
        logits.masked_fill(~present, 0), right.to(logits.dtype), reduction="none"
    )
    return losses.masked_fill(~present, 0).sum(dim=1) / present.sum(dim=1)
