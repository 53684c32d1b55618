from . import (
    account_move_reversal,
    account_payment_register,
    pm_bank_batch_answer,
    pm_bill_run_preview,
    pm_delivery_round,
    pm_dunning_deliver,
    pm_invoice_deliver,
    pm_month_report_print,
    pm_payment_take,
    pm_payment_take_behalf,
    pm_receipt_cancel,
    pm_statement_deliver,
)
