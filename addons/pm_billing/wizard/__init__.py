from . import pm_bank_batch_answer
